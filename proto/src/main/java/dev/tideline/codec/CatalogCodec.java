package dev.tideline.codec;

import dev.tideline.model.Catalog;
import dev.tideline.model.Durability;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.model.NamespaceContract;
import java.util.ArrayList;

/** The catalog and the layout as Protobuf messages. */
public final class CatalogCodec {

  private CatalogCodec() {}

  public static dev.tideline.wire.v1.Catalog encode(Catalog catalog) {
    var builder = dev.tideline.wire.v1.Catalog.newBuilder().setVersion(catalog.version());
    for (var contract : catalog.namespaces()) {
      builder.addNamespaces(
          dev.tideline.wire.v1.NamespaceContract.newBuilder()
              .setName(contract.name())
              .setType(ChangeCodec.encode(contract.type()))
              .setDurability(encode(contract.durability()))
              .setValueBytesMax(contract.valueBytesMax())
              .setVersion(contract.version()));
    }
    return builder.build();
  }

  /**
   * Reads a catalog.
   *
   * @throws InvalidInputException if it declares what this version does not know
   */
  public static Catalog decode(dev.tideline.wire.v1.Catalog message) {
    var contracts = new ArrayList<NamespaceContract>(message.getNamespacesCount());
    for (var contract : message.getNamespacesList()) {
      contracts.add(
          new NamespaceContract(
              contract.getName(),
              ChangeCodec.decode(contract.getType()),
              decode(contract.getDurability()),
              contract.getValueBytesMax(),
              contract.getVersion()));
    }
    return new Catalog(message.getVersion(), contracts);
  }

  public static dev.tideline.wire.v1.Layout encode(Layout layout) {
    return dev.tideline.wire.v1.Layout.newBuilder()
        .setFormatVersion(Layout.FORMAT_VERSION)
        .setPartitions(layout.partitions())
        .setHash(Layout.HASH)
        .build();
  }

  /**
   * Reads a layout.
   *
   * @throws InvalidInputException if it is of another format or hash than this version's
   */
  public static Layout decode(dev.tideline.wire.v1.Layout message) {
    if (message.getFormatVersion() != Layout.FORMAT_VERSION
        || !message.getHash().equals(Layout.HASH)) {
      throw new InvalidInputException(
          "layout: format %d with hash %s is not known here: this version knows format %d with %s"
              .formatted(
                  message.getFormatVersion(),
                  message.getHash(),
                  Layout.FORMAT_VERSION,
                  Layout.HASH));
    }
    return new Layout(message.getPartitions());
  }

  private static dev.tideline.wire.v1.NamespaceContract.Durability encode(Durability durability) {
    return switch (durability) {
      case MEMORY -> dev.tideline.wire.v1.NamespaceContract.Durability.MEMORY;
      case DISK -> dev.tideline.wire.v1.NamespaceContract.Durability.DISK;
      case HUB -> dev.tideline.wire.v1.NamespaceContract.Durability.HUB;
    };
  }

  private static Durability decode(dev.tideline.wire.v1.NamespaceContract.Durability durability) {
    return switch (durability) {
      case MEMORY -> Durability.MEMORY;
      case DISK -> Durability.DISK;
      case HUB -> Durability.HUB;
      default ->
          throw new InvalidInputException("durability %s is not known here".formatted(durability));
    };
  }
}
