/**
 * {@code tideline drill}: exercises that prove what the product promises. {@link
 * dev.tideline.cli.drill.DrillCommand} is the entry.
 */
@NullMarked
package dev.tideline.cli.drill;

import org.jspecify.annotations.NullMarked;
