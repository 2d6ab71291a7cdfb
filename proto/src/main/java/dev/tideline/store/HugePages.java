package dev.tideline.store;

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

  private HugePages() {}

  /** Asks for the memory of a map that is still empty; what lies at its ends has small pages. */
  static void wish(ChronicleMap<?, ?> map) {
    if (!(map instanceof VanillaChronicleHash<?, ?, ?, ?> memory)) {
      return;
    }
    long begin = Math.ceilDiv(memory.bsAddress(), PAGE_BYTES) * PAGE_BYTES;
    long end = (memory.bsAddress() + memory.sizeInBytesWithoutTiers()) / PAGE_BYTES * PAGE_BYTES;
    if (begin >= end) {
      return;
    }
    try {
      var posix = PosixAPI.posix();
      boolean known = posix.madvise(begin, end - begin, MAdviseFlag.MADV_HUGEPAGE.value()) == 0;
      boolean made = false;
      for (int attempt = 0; known && !made && attempt < ATTEMPTS_MAX; attempt++) {
        made = posix.madvise(begin, end - begin, MADV_COLLAPSE) == 0;
      }
    } catch (RuntimeException e) {
      LOG.debug("no huge pages", e);
    }
  }
}
