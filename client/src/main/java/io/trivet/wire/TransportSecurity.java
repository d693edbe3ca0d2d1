package io.trivet.wire;

import io.trivet.wire.credentials.AuthorityCheck;
import io.trivet.wire.credentials.CertificateTime;
import io.trivet.wire.credentials.Credentials;
import io.trivet.wire.credentials.TrustSettings;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/** How connections of a cluster are protected: by TLS 1.3 under its authority, or not at all. */
public sealed interface TransportSecurity {
    /**
     * A new channel over a socket that is or will be connected; {@code calls} on the side that made
     * the connection.
     */
    TransportChannel link(SocketChannel channel, boolean calls);

    /** For a client: trusts what {@code trustSettings} says and shows no certificate. */
    static TransportSecurity of(TrustSettings trustSettings) {
        return of(trustSettings, CertificateTime.OF_THIS_MACHINE);
    }

    /** As above, by another clock. */
    static TransportSecurity of(TrustSettings trustSettings, CertificateTime time) {
        return switch (trustSettings) {
            case TrustSettings.Plaintext ignored -> new None();
            case TrustSettings.Authority authority -> believing(() -> authority, time, () -> {});
        };
    }

    /**
     * For a client whose cluster may change its authority: the authority is requested at each
     * handshake.
     *
     * @param vouched runs when a former authority vouches for one that is not trusted yet, so that
     *     the client should ask the cluster for its successions
     */
    static TransportSecurity believing(
            Supplier<TrustSettings.Authority> authority, CertificateTime time, Runnable vouched) {
        return new Tls(context(new KeyManager[0], new AuthorityCheck(authority, time, vouched)), time);
    }

    /**
     * For a node: shows its current credentials at each handshake, and requests the callers'
     * certificates.
     */
    static TransportSecurity of(TrustSettings.Authority authority, Supplier<Credentials> own) {
        return of(authority, own, CertificateTime.OF_THIS_MACHINE);
    }

    /** As above, by another clock. */
    static TransportSecurity of(TrustSettings.Authority authority, Supplier<Credentials> own, CertificateTime time) {
        return of(() -> authority, own, time);
    }

    /** As above; the authority to trust is requested at each handshake. */
    static TransportSecurity of(
            Supplier<TrustSettings.Authority> authority, Supplier<Credentials> own, CertificateTime time) {
        return new Tls(
                context(new KeyManager[] {new OwnCertificate(own)}, new AuthorityCheck(authority, time, () -> {})),
                time);
    }

    /**
     * Prepares the first connection of a process: loads TLS and computes the tables of its curve,
     * up to a client's first message, which is discarded. This takes half of the time of a short
     * command, so it runs in parallel with other work.
     */
    static void prepare() {
        try {
            CertificateTime time = CertificateTime.OF_THIS_MACHINE;
            SSLEngine engine = new Tls(
                            context(
                                    new KeyManager[0],
                                    new AuthorityCheck(
                                            () -> new TrustSettings.Authority("0".repeat(64)), time, () -> {})),
                            time)
                    .engine(true);
            engine.wrap(
                    ByteBuffer.allocate(0),
                    ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
            engine.closeOutbound();
        } catch (SSLException ignored) {
            // The first connection will report it.
        }
    }

    /**
     * For a process with large transfers: starts the compilation of the cipher in the background.
     */
    static void rehearse() {
        CipherWarmup.begin();
    }

    private static SSLContext context(KeyManager[] keys, AuthorityCheck check) {
        try {
            SSLContext context = SSLContext.getInstance(Tls.VERSION);
            context.init(keys, new TrustManager[] {check}, null);
            context.getServerSessionContext().setSessionTimeout(LONGER_THAN_ANY_TICKET);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS 1.3", e);
        }
    }

    /**
     * In seconds. A TLS 1.3 ticket is valid for seven days at most, so the JDK issues none for a
     * longer session. Without tickets no session is resumed, and every connection authenticates. A
     * context has no other setting for this.
     */
    int LONGER_THAN_ANY_TICKET = 8 * 24 * 3600;

    /** Plaintext. */
    record None() implements TransportSecurity {
        @Override
        public TransportChannel link(SocketChannel channel, boolean calls) {
            return new PlainChannel(channel);
        }
    }

    /** TLS 1.3. */
    record Tls(SSLContext context, CertificateTime time) implements TransportSecurity {
        static final String VERSION = "TLSv1.3";
        private static final String[] SUITES = {
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
        };

        @Override
        public TransportChannel link(SocketChannel channel, boolean calls) {
            return new TlsChannel(channel, () -> engine(calls), calls, time);
        }

        /**
         * Without a host name this side resumes no session: every connection authenticates both
         * ends.
         */
        private SSLEngine engine(boolean calls) {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(calls);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setProtocols(new String[] {VERSION});
            parameters.setCipherSuites(SUITES);
            if (!calls) {
                parameters.setWantClientAuth(true);
            }
            engine.setSSLParameters(parameters);
            return engine;
        }
    }
}
