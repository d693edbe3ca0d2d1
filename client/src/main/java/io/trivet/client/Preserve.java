package io.trivet.client;

/** What is kept of a local file besides its bytes. */
public enum Preserve {
    /**
     * A save keeps the time of modification and the permissions; a load gives back the time. The
     * permissions of the loaded file are those of any new file.
     */
    USUAL,

    /**
     * A save also keeps the extended attributes {@code user.*}, as attributes of the same names; a
     * load gives back time, permissions (0777) and extended attributes. If they cannot be kept, the
     * save or load fails and changes nothing. Nothing else is kept: no owner, no access control
     * lists.
     */
    ALL
}
