package io.trivet.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Keying material that only the two ends of a TLS connection know (RFC 8446, 7.5). The JDK has it
 * from Java 25 on, while this module also runs on Java 21: so the method is looked up.
 */
final class KeyExporter {
    private static final String LABEL = "EXPORTER-Channel-Binding";
    private static final int BYTES = 32;
    private static final Optional<MethodHandle> EXPORT = find();

    private KeyExporter() {}

    private static Optional<MethodHandle> find() {
        try {
            return Optional.of(MethodHandles.publicLookup()
                    .findVirtual(
                            ExtendedSSLSession.class,
                            "exportKeyingMaterialData",
                            MethodType.methodType(byte[].class, String.class, byte[].class, int.class)));
        } catch (NoSuchMethodException | IllegalAccessException ignored) {
            return Optional.empty();
        }
    }

    /** Whether this JDK exports keys. */
    static boolean isThere() {
        return EXPORT.isPresent();
    }

    /**
     * The channel binding of RFC 9266: an attacker between two connections cannot make them equal.
     * Empty if this JDK has none, never if {@link #isThere}.
     */
    static byte[] channelBinding(SSLSession session) throws SSLException {
        if (EXPORT.isEmpty()) {
            return new byte[0];
        }
        if (!(session instanceof ExtendedSSLSession extended)) {
            throw new SSLException("this JDK binds no login to its channel");
        }
        try {
            return (byte[]) EXPORT.get().invokeExact(extended, LABEL, new byte[0], BYTES);
        } catch (SSLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new SSLException("the JDK exports no keys", e);
        }
    }
}
