package io.trivet.client;

import io.trivet.model.RemotePath;
import io.trivet.wire.receipt.SignedReceipt;

/** The replicas of files, as the nodes themselves know them. Any thread. */
public interface Replicas {
    /** Where the chunks of a file are, from asking the nodes. */
    FilePlacement where(RemotePath path);

    /**
     * Has every node read its replicas of a file, to the last byte, and quarantine what is bad. A
     * file that is replaced meanwhile is checked as it was when this was called.
     */
    default FileCheck verify(RemotePath path) {
        return verify(path, Progress.NONE);
    }

    /** The same, told while it lasts: bytes that nodes have read, of all replicas. */
    FileCheck verify(RemotePath path, Progress progress);

    /**
     * What the cluster signs of a file: the leader that it is committed, each holder that it has
     * just read its chunks back. Throws {@code DENIED} where the cluster speaks plaintext, since
     * its nodes have no keys to sign with.
     */
    SignedReceipt receipt(RemotePath path);
}
