package io.trivet.packages;

import java.util.List;
import java.util.Locale;

/**
 * What the packages are made for, which is where they are made: a runtime cannot be linked for
 * another one from a JDK of this one.
 *
 * @param debian its name in Debian packages and in images
 * @param machine what {@code uname -m} says there
 * @param natives how native libraries for it are called in the jars that bring them
 */
record Platform(String debian, String machine, List<String> natives) {
    private static final Platform X86 = new Platform(
            "amd64", "x86_64", List.of("linux64.so", "linux_x86_64.so", "/Linux/x86_64/", "native_epoll_x86_64.so"));
    private static final Platform ARM = new Platform(
            "arm64",
            "aarch64",
            List.of("linux-aarch64.so", "linux_aarch_64.so", "/Linux/arm64/", "native_epoll_aarch_64.so"));

    /** That of the process; packages are for Linux on x86-64 and on 64-bit ARM. */
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

    /** Whether an entry of a jar belongs into the packages: everything but native libraries of other platforms. */
    boolean keeps(String entry) {
        return !entry.matches(".*\\.(so|dll|dylib|jnilib)") || natives.stream().anyMatch(entry::contains);
    }
}
