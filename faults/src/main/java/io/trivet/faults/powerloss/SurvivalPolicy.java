package io.trivet.faults.powerloss;

/** What of that which was not fsynced is found after a cut. */
public enum SurvivalPolicy {
    /** Nothing. */
    STRICT,

    /**
     * As on ext4 and XFS: an fsync of anything keeps all earlier changes of names, and a prefix of
     * the later ones. Data in any order, sectors torn.
     */
    JOURNAL,

    /**
     * A prefix of the changes of names whose directory was not fsynced, however old. Data in any
     * order, sectors torn.
     */
    ORDERED,

    /** Each change of a name independently. Data in any order, sectors torn. */
    LOOSE
}
