package io.trivet.cli.node;

import io.trivet.gateway.CertificateFiles;
import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import java.util.Optional;

/**
 * Where a node serves S3.
 *
 * @param root the directory whose directories are the buckets
 * @param certificate for TLS; empty for plain HTTP
 */
record S3Settings(Address listen, RemotePath root, Optional<CertificateFiles> certificate) {
    /** In plain HTTP, with the directories of the root as buckets. */
    S3Settings(Address listen) {
        this(listen, RemotePath.ROOT, Optional.empty());
    }
}
