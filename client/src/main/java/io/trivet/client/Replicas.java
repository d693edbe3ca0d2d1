package io.trivet.client;

import io.trivet.model.RemotePath;
import io.trivet.wire.receipt.SignedReceipt;

/** The replicas of files, according to the nodes that hold them. Any thread. */
public interface Replicas {
    /** Asks every node which chunks of the file it holds. */
    FilePlacement where(RemotePath path);

    /**
     * Has every node read its replicas of a file completely, and quarantine bad ones. If the file
     * is replaced during this, its former content is checked.
     */
    default FileCheck verify(RemotePath path) {
        return verify(path, Progress.NONE);
    }

    /**
     * Like {@link #verify(RemotePath)}; {@code progress} receives the bytes that nodes have read,
     * of all replicas.
     */
    FileCheck verify(RemotePath path, Progress progress);

    /**
     * Signed statements about a file: of the leader that it is committed, of each holder that it
     * has just read its chunks back. Throws {@code DENIED} in a plaintext cluster, whose nodes have
     * no keys to sign with.
     */
    SignedReceipt receipt(RemotePath path);
}
