/**
 * What single steps cost, without a network and mostly without a disk: JMH benchmarks, which {@link
 * dev.tideline.benchmarks.micro.MicroBench} runs.
 */
@NullMarked
package dev.tideline.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
