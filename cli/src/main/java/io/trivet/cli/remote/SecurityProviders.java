package io.trivet.cli.remote;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Configures the cryptography providers of this process. TLS asks every provider in turn for
 * algorithms that none has, so the first connection loads all of them, and searches every jar for
 * those missing in the runtime, among them a large native library. Only for a process of our own,
 * because the list is global to the JVM.
 */
public final class SecurityProviders {
    /**
     * Providers of the JDK without anything that Trivet uses: Kerberos, SASL, XML signatures, smart
     * cards, LDAP.
     */
    private static final Set<String> UNUSED =
            Set.of("SunJGSS", "SunSASL", "XMLDSig", "SunPCSC", "JdkLDAP", "JdkSASL", "SunPKCS11");

    private static final String KEY = "security.provider.";

    /** The path of the native library that the start script found; shown to people. */
    public static final String NATIVE = "trivet.crypto";

    private SecurityProviders() {}

    /**
     * Call before the first use of any provider. Keeps those that an administrator added or
     * configured.
     */
    public static void leaveOutUnused() {
        List<String> all = all();
        List<String> kept =
                all.stream().filter(provider -> !UNUSED.contains(provider)).toList();
        for (int i = 0; i < all.size(); i++) {
            Security.setProperty(KEY + (i + 1), i < kept.size() ? kept.get(i) : "");
        }
    }

    /**
     * Uses the native library for ciphers, checksums and signatures if the start script found one
     * for this platform; otherwise the JDK's own code, with the same results, which is slow until
     * the JVM has compiled it. For processes that transfer data, because loading takes some time.
     */
    public static void preferNative() {
        if (System.getProperty(NATIVE) != null && nativeFailure().isEmpty()) {
            Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
        }
    }

    /** Why the native library does not work here; empty if it does. */
    public static Optional<Throwable> nativeFailure() {
        return Optional.ofNullable(AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError());
    }

    private static List<String> all() {
        List<String> all = new ArrayList<>();
        String provider = Security.getProperty(KEY + 1);
        while (provider != null && !provider.isBlank()) {
            all.add(provider);
            provider = Security.getProperty(KEY + (all.size() + 1));
        }
        return all;
    }
}
