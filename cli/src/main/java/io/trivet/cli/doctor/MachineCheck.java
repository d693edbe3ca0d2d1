package io.trivet.cli.doctor;

import io.trivet.cli.remote.SecurityProviders;
import io.trivet.cli.text.Format;
import io.trivet.cli.text.Text;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the runtime, the memory and the limits that the system sets for this account. */
final class MachineCheck {
    private static final int WANTED_JDK = 25;
    private static final long LITTLE_MEMORY = 1L << 30;
    private static final long TOO_LITTLE_MEMORY = 512L << 20;

    /** A node has up to 4096 connections, and the files of the namespace. */
    private static final long FEW_FILES = 8192;

    private static final long TOO_FEW_FILES = 1024;
    private static final long FEW_PROCESSES = 2048;

    private MachineCheck() {}

    static List<CheckResult> findings() throws IOException {
        List<CheckResult> findings = new ArrayList<>();
        findings.add(runtime(Runtime.version()));
        findings.add(cryptography(System.getProperty(SecurityProviders.NATIVE)));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            findings.add(memory(system.getTotalMemorySize()));
        }
        Path limits = Path.of("/proc/self/limits");
        if (Files.exists(limits)) {
            findings.addAll(limits(Files.readString(limits)));
        }
        if (System.getenv("LD_PRELOAD") instanceof String preload && preload.contains("eatmydata")) {
            findings.add(CheckResult.fail(
                    Text.of("environment"),
                    Text.of("LD_PRELOAD has libeatmydata, which ignores fsync"),
                    Text.of("unset LD_PRELOAD")));
        }
        return findings;
    }

    static CheckResult runtime(Runtime.Version version) {
        Text check = Text.plain("java");
        Text found = Text.of("{0} by {1}", version, System.getProperty("java.vendor", "?"));
        return version.feature() < WANTED_JDK
                ? CheckResult.fail(check, found, Text.of("Trivet runs on JDK {0} or later", WANTED_JDK))
                : CheckResult.ok(check, found);
    }

    /**
     * @param library the folder of the native library; null if the start script found none for this
     *     machine
     */
    static CheckResult cryptography(@Nullable String library) {
        Text check = Text.of("cryptography");
        if (library == null) {
            return CheckResult.ok(check, Text.of("Java's own: the first seconds of a transfer are slow"));
        }
        return SecurityProviders.nativeFailure()
                .map(failure -> CheckResult.warn(
                        check,
                        Text.of(
                                "the native library in {0} does not work: {1}",
                                library, String.valueOf(failure.getMessage())),
                        Text.of("set TRIVET_CRYPTO=jdk, or transfers are slow")))
                .orElseGet(() -> CheckResult.ok(check, Text.of("native, by AWS-LC")));
    }

    static CheckResult memory(long bytes) {
        Text check = Text.of("memory");
        Text found = Text.plain(Format.bytes(bytes));
        if (bytes < TOO_LITTLE_MEMORY) {
            return CheckResult.fail(check, found, Text.of("a node needs 512 MiB and more"));
        }
        return bytes < LITTLE_MEMORY
                ? CheckResult.warn(check, found, Text.of("1 GiB lets the system cache what is read often"))
                : CheckResult.ok(check, found);
    }

    /**
     * Checks the content of {@code /proc/self/limits}. The JVM raises its own soft limit of files
     * to the hard one.
     */
    static List<CheckResult> limits(String text) {
        long files = hard(text, "Max open files");
        long processes = hard(text, "Max processes");
        return List.of(
                limit(Text.of("open files"), files, FEW_FILES, TOO_FEW_FILES, "LimitNOFILE=65536"),
                limit(Text.of("processes"), processes, FEW_PROCESSES, FEW_PROCESSES / 16, "TasksMax=8192"));
    }

    private static CheckResult limit(Text check, long value, long few, long tooFew, String unit) {
        Text found = value == Long.MAX_VALUE
                ? Text.of("without limit")
                : Text.of("at most {0} for this account, here", value);
        Text advice = Text.of("raise it: {0} in the systemd unit, or /etc/security/limits.conf", unit);
        if (value < tooFew) {
            return CheckResult.fail(check, found, advice);
        }
        return value < few ? CheckResult.warn(check, found, advice) : CheckResult.ok(check, found);
    }

    private static long hard(String text, String name) {
        Matcher line = Pattern.compile("^" + name + "\\s+\\S+\\s+(\\S+)", Pattern.MULTILINE)
                .matcher(text);
        return line.find() && line.group(1).matches("\\d{1,18}") ? Long.parseLong(line.group(1)) : Long.MAX_VALUE;
    }
}
