/** Copies of a hub: {@code tideline backup} and {@code tideline restore}. */
@NullMarked
package dev.tideline.cli.backup;

import org.jspecify.annotations.NullMarked;
