/**
 * The off-heap copy that answers reads: {@link dev.tideline.edge.cache.ViewCache}, one table entry
 * per key with its base and, while own mutations are pending, its view. The replica writes it;
 * readers come from everywhere and never wait.
 */
@NullMarked
package dev.tideline.edge.cache;

import org.jspecify.annotations.NullMarked;
