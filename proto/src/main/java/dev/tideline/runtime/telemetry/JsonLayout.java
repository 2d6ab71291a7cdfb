package dev.tideline.runtime.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * One JSON document a line: {@code time}, {@code level}, {@code logger}, {@code message}, {@code
 * node}, what the event names besides ({@code trace_id} where it is known), and {@code exception}.
 * Named in {@code logback.xml}.
 */
public final class JsonLayout extends LayoutBase<ILoggingEvent> {

  /** System property that names the node in every line. */
  public static final String NODE = "tideline.node";

  @Override
  public String doLayout(ILoggingEvent event) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("time", event.getInstant().toString());
    json.put("level", event.getLevel().toString());
    json.put("logger", event.getLoggerName());
    json.put("message", event.getFormattedMessage());
    json.put("node", System.getProperty(NODE, ""));
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> json.putIfAbsent(pair.key, json.textNode(String.valueOf(pair.value))));
    }
    var thrown = event.getThrowableProxy();
    if (thrown != null) {
      json.put("exception", ThrowableProxyUtil.asString(thrown));
    }
    return json + System.lineSeparator();
  }
}
