/**
 * The vocabulary as types: identities, positions, time, keys, operations, mutations, versions and
 * states. Values only; nothing here has a thread, a clock or a file. Everything else builds on it;
 * it imports nothing but Protobuf's immutable byte string.
 */
@NullMarked
package dev.tideline.model;

import org.jspecify.annotations.NullMarked;
