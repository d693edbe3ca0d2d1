package io.trivet.faults.powerloss;

/** What of that which was not fsynced is found after a cut. */
public enum SurvivalPolicy {
    /** Nothing. */
    STRICT,

    /**
     * As ext4 and XFS do it: an fsync of anything keeps all changes of names before it, and of
     * those after it the first ones are kept. Data in any order, sectors torn.
     */
    JOURNAL,

    /**
     * Of the changes of names of which the directory was not fsynced the first ones, however old.
     * Data in any order, sectors torn.
     */
    ORDERED,

    /** Each change of a name by itself, whatever came before it. Data in any order, sectors torn. */
    LOOSE
}
