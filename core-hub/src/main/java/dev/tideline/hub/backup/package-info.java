/**
 * Copies of a hub, taken while it works and put back without it. {@link
 * dev.tideline.hub.backup.BackupDriver} is the entry at a running hub: the newest checkpoint, the
 * durable log from its start, and a manifest, as one stream. {@link
 * dev.tideline.hub.backup.BackupDirectory} makes a directory of that stream, {@link
 * dev.tideline.hub.backup.BackupCheck} reads every byte of one, and {@link
 * dev.tideline.hub.backup.BackupRestore} makes a data directory of it.
 *
 * <pre>
 *  DIR/checkpoint-0000000000000012345   the file as the hub had it; absent if it had none yet
 *     /changelog                        the records behind it: {@link dev.tideline.hub.backup.LogCopy}
 *     /MANIFEST                         written last: {@link dev.tideline.hub.backup.BackupManifest}
 * </pre>
 */
@NullMarked
package dev.tideline.hub.backup;

import org.jspecify.annotations.NullMarked;
