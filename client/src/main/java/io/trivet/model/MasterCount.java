package io.trivet.model;

import java.util.List;

/**
 * How many masters a cluster may want: an odd number, since an even one bears no more losses than
 * the odd one below it.
 */
public final class MasterCount {
    public static final int USUAL = 3;

    /** One for a trial; three bear the loss of one; five bear that of two. */
    public static final List<Integer> CHOICE = List.of(1, 3, 5);

    private MasterCount() {}

    /** As messages keep it: 0 stands for the usual number. */
    public static int of(int stored) {
        return stored == 0 ? USUAL : stored;
    }
}
