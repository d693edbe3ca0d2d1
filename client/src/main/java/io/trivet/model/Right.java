package io.trivet.model;

/** What a user may do at a path and below it. */
public enum Right {
    /** Load files and see their records. */
    READ(1),
    /** Save, replace, remove; make directories. With {@link #READ}: rename. */
    WRITE(2),
    /** List directories. */
    LIST(4),
    /** All of the above, and grant rights there; at {@code /}, also administer the cluster. */
    ADMINISTER(8);

    private final int bit;

    Right(int bit) {
        this.bit = bit;
    }

    /** The name in commands and messages, for example {@code read}. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    int bit() {
        return bit;
    }
}
