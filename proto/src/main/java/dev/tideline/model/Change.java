package dev.tideline.model;

/**
 * What a decision made of one key at one revision.
 *
 * @param revision of the decision
 * @param previousRevision of the key's change before this one; 0 if there is none
 * @param state the key's full state
 */
public record Change(
    QualifiedKey target, DataType type, long revision, long previousRevision, State state) {}
