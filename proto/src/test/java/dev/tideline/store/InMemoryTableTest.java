package dev.tideline.store;

final class InMemoryTableTest extends TableContract {

  @Override
  Table create(TableConfig config) {
    return new InMemoryTable(config);
  }
}
