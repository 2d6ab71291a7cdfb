/**
 * What every process needs: settings with all their problems reported at once, logging, and one way
 * to start, to stop and to fail.
 */
@NullMarked
package dev.tideline.runtime;

import org.jspecify.annotations.NullMarked;
