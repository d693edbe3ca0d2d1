package io.trivet.chunk;

/**
 * Is told of every loss before any caller gets an answer that depends on it. Called by any thread;
 * must be quick and must not call the store.
 */
@FunctionalInterface
public interface StoreLossListener {
    void lost(StoreLoss storeLoss);
}
