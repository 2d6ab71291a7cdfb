package dev.tideline.codec;

import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.InvalidInputException;
import java.util.Collection;
import java.util.List;

/** Interests as Protobuf messages. */
public final class InterestCodec {

  private InterestCodec() {}

  public static dev.tideline.wire.v1.Interest encode(Interest interest) {
    var message = dev.tideline.wire.v1.Interest.newBuilder();
    switch (interest) {
      case Interest.Everything any -> message.setEverything(true);
      case Interest.Namespace namespace -> message.setNamespace(namespace.name());
      case Interest.Zone zone -> message.setZone(zone.name());
      case Interest.KeyPrefix prefix ->
          message.setKeyPrefix(prefix.namespace() + '/' + prefix.prefix());
      case Interest.OneKey key -> message.setKey(key.namespace() + '/' + key.key());
    }
    return message.build();
  }

  public static List<dev.tideline.wire.v1.Interest> encode(Collection<Interest> interests) {
    return interests.stream().map(InterestCodec::encode).toList();
  }

  /**
   * Reads an interest.
   *
   * @throws InvalidInputException if it is of a kind that is not known here, or malformed
   */
  public static Interest decode(dev.tideline.wire.v1.Interest message) {
    return switch (message.getScopeCase()) {
      case EVERYTHING -> Interest.EVERYTHING;
      case NAMESPACE -> new Interest.Namespace(message.getNamespace());
      case ZONE -> new Interest.Zone(message.getZone());
      case KEY_PREFIX ->
          new Interest.KeyPrefix(
              Interest.before(message.getKeyPrefix()), Interest.behind(message.getKeyPrefix()));
      case KEY ->
          new Interest.OneKey(Interest.before(message.getKey()), Interest.behind(message.getKey()));
      case SCOPE_NOT_SET -> throw new InvalidInputException("an interest of an unknown kind");
    };
  }

  /**
   * Reads interests.
   *
   * @throws InvalidInputException if one is malformed, or they are too many
   */
  public static Interests decode(List<dev.tideline.wire.v1.Interest> messages) {
    return Interests.of(messages.stream().map(InterestCodec::decode).toList());
  }
}
