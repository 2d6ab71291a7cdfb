/** The vocabulary as types. */
@NullMarked
package dev.tideline.model;

import org.jspecify.annotations.NullMarked;
