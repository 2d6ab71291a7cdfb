/**
 * Between the model and bytes: Protobuf messages for the stream and the logs, and a layout of its
 * own for table entries, which are read far too often to be parsed.
 */
@NullMarked
package dev.tideline.codec;

import org.jspecify.annotations.NullMarked;
