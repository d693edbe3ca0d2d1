package io.trivet.gateway;

import io.trivet.model.Address;
import io.trivet.model.RemotePath;
import java.util.Optional;

/**
 * Where and what a gateway serves.
 *
 * @param listen one address, which nothing listens at
 * @param root the directory whose directories are the buckets
 * @param certificate where it speaks TLS; empty for plain HTTP
 * @param limits of connections, requests and memory
 * @param metrics where it serves figures for Prometheus, in plain HTTP; empty for nowhere
 */
public record GatewayOptions(
        Address listen,
        RemotePath root,
        Optional<CertificateFiles> certificate,
        GatewayLimits limits,
        Optional<Address> metrics) {
    /** In plain HTTP, by a process that does nothing else. */
    public GatewayOptions(Address listen, RemotePath root) {
        this(listen, root, Optional.empty(), GatewayLimits.ofProcess(), Optional.empty());
    }

    /** The same under TLS. */
    public GatewayOptions with(CertificateFiles files) {
        return new GatewayOptions(listen, root, Optional.of(files), limits, metrics);
    }

    /** The same with figures for Prometheus there. */
    public GatewayOptions withMetrics(Address where) {
        return new GatewayOptions(listen, root, certificate, limits, Optional.of(where));
    }
}
