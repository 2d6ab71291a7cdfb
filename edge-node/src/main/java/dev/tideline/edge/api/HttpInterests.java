package dev.tideline.edge.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.InvalidInputException;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.HttpAnswers;
import dev.tideline.runtime.Refusal;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the edge wants, over HTTP. Every answer is the whole list with its states; additions and
 * removals may be repeated.
 */
final class HttpInterests {

  static final String PATH = "/v1/node/interest";
  static final String ADD = PATH + ":add";
  static final String REMOVE = PATH + ":remove";

  /** As many interests as there may be, each of the longest, with what JSON adds to them. */
  private static final int BYTES_MAX = 2 * 1024 * 1024;

  private static final String FORM =
      "{\"interests\":[\"zone=eu\"]}, 1 to %d of: *, namespace=NAME, zone=ZONE,"
              .formatted(Interests.COUNT_MAX)
          + " prefix=NAMESPACE/TEXT, key=NAMESPACE/KEY";

  private final EdgeInterests interests;
  private final HttpAnswers answers;

  HttpInterests(EdgeInterests interests, HttpAnswers answers) {
    this.interests = interests;
    this.answers = answers;
  }

  void list(ServerResponse response) {
    var json = JsonNodeFactory.instance.objectNode();
    var all = json.putArray("interests");
    interests
        .all()
        .forEach(
            (interest, ready) ->
                all.addObject()
                    .put("interest", interest.toString())
                    .put("state", ready ? "READY" : "LOADING"));
    HttpAnswers.json(response, 200, json);
  }

  void add(ServerRequest request, ServerResponse response) {
    change(request, response, interests::add);
  }

  void remove(ServerRequest request, ServerResponse response) {
    change(request, response, interests::remove);
  }

  private void change(
      ServerRequest request,
      ServerResponse response,
      Function<Collection<Interest>, Optional<Refusal>> change) {
    HttpParameters.requireKnown(request.query(), Set.of(), "no parameters");
    var refused = change.apply(read(request));
    if (refused.isPresent()) {
      answers.refuse(response, refused.get());
    } else {
      list(response);
    }
  }

  private static Collection<Interest> read(ServerRequest request) {
    var body = HttpBodies.object(HttpBodies.read(request, BYTES_MAX), FORM);
    var listed = body.path("interests");
    if (body.size() != 1 || !listed.isArray()) {
      throw refused(
          ErrorCode.MALFORMED, "the body has other fields than 'interests', an array", FORM);
    }
    if (listed.isEmpty() || listed.size() > Interests.COUNT_MAX) {
      throw refused(
          ErrorCode.MALFORMED, "the body names %d interests".formatted(listed.size()), FORM);
    }
    var interests = new LinkedHashSet<Interest>();
    for (var each : listed) {
      if (!each.isTextual()) {
        throw refused(ErrorCode.INTEREST_INVALID, "interest %s is no text".formatted(each), FORM);
      }
      try {
        interests.add(Interest.parse(each.textValue()));
      } catch (InvalidInputException e) {
        throw refused(ErrorCode.INTEREST_INVALID, e.problem(), FORM);
      }
    }
    return interests;
  }

  private static RefusedException refused(ErrorCode code, String detail, String allowed) {
    return new RefusedException(new Refusal(code, detail, allowed));
  }
}
