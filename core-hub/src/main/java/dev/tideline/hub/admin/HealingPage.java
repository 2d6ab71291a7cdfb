package dev.tideline.hub.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tideline.hub.admin.AdminServer.Views;
import dev.tideline.model.EdgeId;

/** What the hub lost because it was set back, what came back of it, and what did not. */
final class HealingPage {

  private HealingPage() {}

  static JsonNode of(Views views) {
    var root = JsonNodeFactory.instance.objectNode();
    var status = views.healer().status();
    root.put("phase", status.phase().name());
    var waiting = root.putArray("waitingFor");
    status.waitingFor().stream().map(EdgeId::text).forEach(waiting::add);
    root.put("waitsForMs", status.waitsForMs());
    root.put("missing", views.healer().missing());
    var partitions = root.putArray("partitions");
    for (int i = 0; i < views.reconcile().layout().partitions(); i++) {
      partition(views, i, partitions);
    }
    return root;
  }

  private static void partition(Views views, int partition, ArrayNode into) {
    for (var healed : views.reconcile().status(partition).healed()) {
      into.addObject()
          .put("partition", partition)
          .put("fork", healed.history().fork().toString())
          .put("knownTo", healed.knownTo())
          .put("decidedAgain", healed.decidedAgain())
          .put("missing", healed.missing());
    }
    for (var range : views.reconcile().unhealed(partition)) {
      into.addObject()
          .put("partition", partition)
          .put("edge", range.getEdge())
          .put("incarnation", Long.toHexString(range.getIncarnation()))
          .put("afterSequence", range.getAfterSequence())
          .put("toSequence", range.getToSequence());
    }
  }
}
