package io.trivet.packages;

import java.util.List;
import java.util.Locale;

/**
 * The platform of the packages, which is that of the build, because a JDK can link a runtime only
 * for its own platform.
 *
 * @param debian its name in Debian packages and in images
 * @param machine the output of {@code uname -m} there
 * @param natives the names of its native libraries in the jars that contain them
 */
record Platform(String debian, String machine, List<String> natives) {
    private static final Platform X86 = new Platform(
            "amd64", "x86_64", List.of("linux64.so", "linux_x86_64.so", "/Linux/x86_64/", "native_epoll_x86_64.so"));
    private static final Platform ARM = new Platform(
            "arm64",
            "aarch64",
            List.of("linux-aarch64.so", "linux_aarch_64.so", "/Linux/arm64/", "native_epoll_aarch_64.so"));

    /** The platform of this process; packages are for Linux on x86-64 and on 64-bit ARM. */
    static Platform here() {
        String architecture = System.getProperty("os.arch", "");
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux")) {
            throw new IllegalStateException("packages are made on Linux, for Linux");
        }
        return switch (architecture) {
            case "amd64" -> X86;
            case "aarch64" -> ARM;
            default ->
                throw new IllegalStateException("no packages for " + architecture + ": amd64 and aarch64 have them");
        };
    }

    /**
     * Whether the packages include an entry of a jar: everything except native libraries of other
     * platforms.
     */
    boolean keeps(String entry) {
        return !entry.matches(".*\\.(so|dll|dylib|jnilib)") || natives.stream().anyMatch(entry::contains);
    }
}
