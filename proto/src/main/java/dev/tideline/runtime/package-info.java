/**
 * What every process needs: settings with all their problems reported at once, logging, one way to
 * start, to stop and to fail, and the thread that takes checkpoints.
 */
@NullMarked
package dev.tideline.runtime;

import org.jspecify.annotations.NullMarked;
