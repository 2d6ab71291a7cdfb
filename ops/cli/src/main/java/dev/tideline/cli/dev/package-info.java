/**
 * An installation on this machine for whoever develops against one: {@link
 * dev.tideline.cli.dev.DevCommand} runs it, {@link dev.tideline.cli.dev.CutCommand} and {@link
 * dev.tideline.cli.dev.HealCommand} take an edge's link away and give it back, and {@link
 * dev.tideline.cli.dev.DevRecord} is how they find each other.
 */
@NullMarked
package dev.tideline.cli.dev;

import org.jspecify.annotations.NullMarked;
