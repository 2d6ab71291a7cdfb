/**
 * Bringing a file of writes into an installation, so that it can be called again at any time: every
 * line has an idempotency key, and how far it has come is kept. {@link
 * dev.tideline.cli.importing.ImportCommand} is where to begin.
 */
@NullMarked
package dev.tideline.cli.importing;

import org.jspecify.annotations.NullMarked;
