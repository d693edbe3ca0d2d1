package io.trivet.wire;

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
public sealed interface Protection {
    /** A new link over a channel that is or will be connected; {@code calls} on the side that made the connection. */
    Link link(SocketChannel channel, boolean calls);

    /** For a client: believes whom {@code trust} says, and shows no certificate. */
    static Protection of(Trust trust) {
        return switch (trust) {
            case Trust.Plaintext _ -> new None();
            case Trust.Authority authority -> new Tls(context(new KeyManager[0], authority));
        };
    }

    /** For a node: shows what {@code own} says at the time of each handshake, and asks callers for theirs. */
    static Protection of(Trust.Authority authority, Supplier<Credentials> own) {
        return new Tls(context(new KeyManager[] {new OwnCertificate(own)}, authority));
    }

    /**
     * Does ahead of time what the first connection of a process would wait for: loads TLS and computes the tables of the curve that it uses, up to a
     * client's first message, which is thrown away. Half of what a short command takes; so it is done while something else is.
     */
    static void prepare() {
        try {
            SSLEngine engine = new Tls(context(new KeyManager[0], new Trust.Authority("0".repeat(64)))).engine(true);
            engine.wrap(
                    ByteBuffer.allocate(0),
                    ByteBuffer.allocate(engine.getSession().getPacketBufferSize()));
            engine.closeOutbound();
        } catch (SSLException _) {
            // The first connection tells it.
        }
    }

    /** For a process that will move much: has the cipher compiled in the background, before the first transfer. */
    static void rehearse() {
        Rehearsal.begin();
    }

    private static SSLContext context(KeyManager[] keys, Trust.Authority authority) {
        try {
            SSLContext context = SSLContext.getInstance(Tls.VERSION);
            context.init(keys, new TrustManager[] {new AuthorityCheck(authority)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS 1.3", e);
        }
    }

    /** Plaintext. */
    record None() implements Protection {
        @Override
        public Link link(SocketChannel channel, boolean calls) {
            return new PlainLink(channel);
        }
    }

    /** TLS 1.3. */
    record Tls(SSLContext context) implements Protection {
        static final String VERSION = "TLSv1.3";
        private static final String[] SUITES = {
            "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
        };

        @Override
        public Link link(SocketChannel channel, boolean calls) {
            return new TlsLink(channel, engine(calls));
        }

        /** It hears of no host, so that no session is resumed: every connection proves anew who is at its ends. */
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
