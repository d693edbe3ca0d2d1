package io.trivet.chunk;

/**
 * Told of every loss before anybody gets an answer that rests on it. Called by any thread; must be
 * quick and must not call the store.
 */
@FunctionalInterface
public interface StoreLossListener {
    void lost(StoreLoss storeLoss);
}
