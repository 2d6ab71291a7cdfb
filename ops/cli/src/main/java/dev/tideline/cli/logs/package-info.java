/**
 * {@code tideline journal} and {@code tideline changelog}: what is on disk of a node's logs. They
 * take no lock and change no byte, so that a stopped, a broken and a running node can be looked at.
 * {@link dev.tideline.cli.logs.JournalCommand} and {@link dev.tideline.cli.logs.ChangeLogCommand}
 * say which logs there are and what holds between their records; the two subcommands of both show
 * them or check them.
 */
@NullMarked
package dev.tideline.cli.logs;

import org.jspecify.annotations.NullMarked;
