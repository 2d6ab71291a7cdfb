/**
 * The demo: an installation of real processes under load, with a link lost and processes killed,
 * and the proof in the end. {@link dev.tideline.cli.demo.Demo} runs it; {@code drills.load} makes
 * the traffic, {@code drills.check} the proof.
 */
@NullMarked
package dev.tideline.cli.demo;

import org.jspecify.annotations.NullMarked;
