package io.trivet.model;

import java.util.List;

/**
 * The permitted numbers of masters. They are odd, because an even number tolerates no more losses
 * than the odd one below it.
 */
public final class MasterCount {
    public static final int USUAL = 3;

    /** One for a trial; three tolerate the loss of one, five the loss of two. */
    public static final List<Integer> CHOICE = List.of(1, 3, 5);

    private MasterCount() {}

    /** Decodes the number stored in messages: 0 means the default. */
    public static int of(int stored) {
        return stored == 0 ? USUAL : stored;
    }
}
