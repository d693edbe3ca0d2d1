package io.trivet.model;

/** What a user may do at a path and below it. */
public enum Right {
    /** Load what files hold, and see what they are. */
    READ(1),
    /** Save, replace, remove; make directories. With {@link #READ}: rename. */
    WRITE(2),
    /** See the names in directories. */
    LIST(4),
    /** All of the above, and give rights there; at {@code /} also all that concerns the cluster as a whole. */
    ADMINISTER(8);

    private final int bit;

    Right(int bit) {
        this.bit = bit;
    }

    /** As in commands and messages: {@code read}. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    int bit() {
        return bit;
    }
}
