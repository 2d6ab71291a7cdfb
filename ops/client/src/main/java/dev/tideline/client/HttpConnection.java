package dev.tideline.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One kept-alive HTTP/1.1 connection over a plain socket; one exchange at a time. The JDK's client
 * wakes two other threads for every request, which on a small machine costs more than the edge's
 * whole work; this one stays on the caller's thread.
 */
final class HttpConnection implements AutoCloseable {

  /** No header line of a node comes near; a longer one is not from a node. */
  private static final int LINE_BYTES_MAX = 16 * 1024;

  /** No answer of a node comes near; a larger one is not from a node. */
  private static final int BODY_BYTES_MAX = 64 * 1024 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[16 * 1024];
  private int position;
  private int limit;
  private long deadlineNs;

  private HttpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  static HttpConnection open(InetSocketAddress address, long deadlineNs) throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, remainingMs(deadlineNs));
      return new HttpConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  HttpResponse exchange(HttpRequest request, String host, long deadlineNs) throws IOException {
    this.deadlineNs = deadlineNs;
    out.write(head(request, host));
    var status = statusOf(line());
    var headers = headers();
    while (status == 100) {
      status = statusOf(line());
      headers = headers();
    }
    return new HttpResponse(status, headers, body(status, headers));
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is lost: whatever mattered was read before.
    }
  }

  private static byte[] head(HttpRequest request, String host) {
    var text = new StringBuilder(256);
    text.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    text.append("Host: ").append(host).append("\r\n");
    request
        .headers()
        .forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    if (request.body().length() > 0 || !request.method().equals("GET")) {
      text.append("Content-Length: ").append(request.body().length()).append("\r\n");
    }
    text.append("\r\n");
    var message = new ByteArrayOutputStream(text.length() + request.body().length());
    message.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
    message.writeBytes(request.body().shared());
    return message.toByteArray();
  }

  private static int statusOf(String line) throws ProtocolException {
    if (line.startsWith("HTTP/1.") && line.length() >= 12) {
      try {
        return Integer.parseInt(line, 9, 12, 10);
      } catch (NumberFormatException e) {
        // Falls through: whatever it is, it is not HTTP.
      }
    }
    throw new ProtocolException("the answer is not HTTP/1.1");
  }

  private Map<String, String> headers() throws IOException {
    var headers = new HashMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private Bytes body(int status, Map<String, String> headers) throws IOException {
    if (status == 204 || status == 304) {
      return Bytes.EMPTY;
    }
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return Bytes.of(chunks());
    }
    var length = headers.get("content-length");
    return length == null ? Bytes.EMPTY : Bytes.of(bytes(lengthOf(length, 10)));
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = line();
      int end = size.indexOf(';');
      int length = lengthOf(end < 0 ? size : size.substring(0, end), 16);
      if (length == 0) {
        headers();
        return body.toByteArray();
      }
      if (body.size() + length > BODY_BYTES_MAX) {
        throw new ProtocolException("the answer is larger than any node's");
      }
      body.writeBytes(bytes(length));
      line();
    }
  }

  private static int lengthOf(String text, int radix) throws ProtocolException {
    try {
      int length = Integer.parseInt(text.strip(), radix);
      if (length >= 0 && length <= BODY_BYTES_MAX) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same complaint.
    }
    throw new ProtocolException("the answer has no usable length: " + text);
  }

  private byte[] bytes(int length) throws IOException {
    var bytes = new byte[length];
    int filled = 0;
    while (filled < length) {
      if (position == limit) {
        fill();
      }
      int some = Math.min(limit - position, length - filled);
      System.arraycopy(buffer, position, bytes, filled, some);
      position += some;
      filled += some;
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new StringBuilder(64);
    while (line.length() < LINE_BYTES_MAX) {
      if (position == limit) {
        fill();
      }
      char next = (char) (buffer[position++] & 0xFF);
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append(next);
      }
    }
    throw new ProtocolException("the answer has a header line that is longer than any node's");
  }

  private void fill() throws IOException {
    socket.setSoTimeout(remainingMs(deadlineNs));
    int read = in.read(buffer, 0, buffer.length);
    if (read < 0) {
      throw new EOFException("the connection was closed before an answer came");
    }
    position = 0;
    limit = read;
  }

  private static int remainingMs(long deadlineNs) throws SocketTimeoutException {
    long remainingMs = (deadlineNs - System.nanoTime()) / 1_000_000;
    if (remainingMs <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return (int) Math.min(remainingMs, Integer.MAX_VALUE);
  }
}
