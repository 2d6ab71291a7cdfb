package dev.tideline.store;

/**
 * A walk over the cells of one layout, which it holds open. Small values are copied by whole
 * segments, large ones one by one when their turn comes, so that a segment of large values does not
 * have to fit the heap.
 */
final class SegmentWalk implements Table.Walk {

  private final Table table;
  private final TableLayout layout;
  private final int stripe;
  private final Slice key = new Slice(512);
  private final Slice value = new Slice(1024);
  private final SegmentCopy cells = new SegmentCopy();
  private int segment;
  private boolean open = true;

  /**
   * Takes over the layout, which the caller has entered.
   *
   * @throws IllegalArgumentException if it has no such segment
   */
  SegmentWalk(Table table, TableLayout layout, int stripe, int fromSegment) {
    segment = SegmentCopy.checkFrom(fromSegment, layout.map().segments());
    this.table = table;
    this.layout = layout;
    this.stripe = stripe;
  }

  @Override
  public long layout() {
    return layout.number();
  }

  @Override
  public int segments() {
    return layout.map().segments();
  }

  @Override
  public int segment() {
    return segment;
  }

  @Override
  public boolean next(Table.Visitor visitor) {
    if (!open) {
      throw new IllegalStateException("the walk is closed");
    }
    if (segment == segments()) {
      return false;
    }
    cells.clear();
    try (var context = layout.map().segmentContext(segment)) {
      context.forEachSegmentEntry(
          entry -> {
            entry.key().getUsing(key);
            entry.value().getUsing(value);
            cells.add(key, value);
          });
    }
    segment++;
    cells.visit((cellKey, cell) -> visit(visitor, cellKey, cell));
    return true;
  }

  /** Where the value lies elsewhere, what the table says of the key at this moment is newer. */
  private void visit(Table.Visitor visitor, Slice cellKey, Slice cell) {
    if (TableCell.isInline(cell)) {
      TableCell.stripToValue(cell);
      visitor.entry(cellKey, cell);
    } else if (table.get(cellKey, cell)) {
      visitor.entry(cellKey, cell);
    }
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      layout.leave(stripe);
    }
  }
}
