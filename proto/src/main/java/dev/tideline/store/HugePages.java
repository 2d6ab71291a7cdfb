package dev.tideline.store;

import java.util.function.BooleanSupplier;
import net.openhft.chronicle.hash.impl.VanillaChronicleHash;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.PosixAPI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel to back a map with pages of 2 MiB. A look-up of a random key touches three or
 * four places of some hundred megabytes; with pages of 4 KiB the processor must find the page of
 * each first, in tables that do not fit its caches either, and twice so inside a virtual machine.
 * It is only a wish: where the kernel knows no such pages, or has none left, all stays as it is.
 */
final class HugePages {

  private static final Logger LOG = LoggerFactory.getLogger(HugePages.class);

  private static final long PAGE_BYTES = 2 << 20;

  /**
   * Linux 6.1: make them at once. Making a map touches a little of every segment, and where that
   * has happened the kernel would fill up with small pages.
   */
  private static final int MADV_COLLAPSE = 25;

  /** A page that something else holds for a moment is passed over; the next attempt takes it. */
  private static final int ATTEMPTS_MAX = 4;

  private final PosixAPI posix = PosixAPI.posix();
  private final long begin;
  private final long end;

  /** What lies at the ends of the map's memory keeps small pages. */
  HugePages(ChronicleMap<?, ?> map) {
    if (map instanceof VanillaChronicleHash<?, ?, ?, ?> memory) {
      begin = Math.ceilDiv(memory.bsAddress(), PAGE_BYTES) * PAGE_BYTES;
      end = (memory.bsAddress() + memory.sizeInBytesWithoutTiers()) / PAGE_BYTES * PAGE_BYTES;
    } else {
      begin = 0;
      end = 0;
    }
  }

  /**
   * Makes them, one after the other, each of which the kernel has to clear or to copy: half a
   * second for a GiB, and several where the machine is a virtual one and its host must find the
   * memory first. Who uses the map meanwhile waits for one page at most.
   *
   * @param hold asked before each page: false if the memory is about to be given back
   * @param release told after each page that was held
   */
  void make(BooleanSupplier hold, Runnable release) {
    try {
      if (begin >= end || posix.madvise(begin, end - begin, MAdviseFlag.MADV_HUGEPAGE) != 0) {
        return;
      }
      for (long page = begin; page < end && hold.getAsBoolean(); page += PAGE_BYTES) {
        try {
          make(page);
        } finally {
          release.run();
        }
      }
    } catch (RuntimeException e) {
      LOG.debug("no huge pages", e);
    }
  }

  private void make(long page) {
    int attempts = 0;
    while (posix.madvise(page, PAGE_BYTES, MADV_COLLAPSE) != 0 && attempts < ATTEMPTS_MAX) {
      attempts++;
    }
  }
}
