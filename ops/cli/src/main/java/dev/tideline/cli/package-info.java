/**
 * The command {@code tideline}: one class for each subcommand, {@link dev.tideline.cli.Tideline} is
 * the root. Commands say what they want on standard output and what went wrong on standard error,
 * on one line that names the next step; {@link dev.tideline.cli.ExitStatus} lists the statuses.
 */
@NullMarked
package dev.tideline.cli;

import org.jspecify.annotations.NullMarked;
