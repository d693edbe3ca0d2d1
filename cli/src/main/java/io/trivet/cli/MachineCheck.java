package io.trivet.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the runtime, the memory and the limits that the system sets for this account. */
final class MachineCheck {
    private static final int WANTED_JDK = 25;
    private static final long LITTLE_MEMORY = 1L << 30;
    private static final long TOO_LITTLE_MEMORY = 512L << 20;

    /** A node has up to 4096 connections, and the files of the namespace. */
    private static final long FEW_FILES = 8192;

    private static final long TOO_FEW_FILES = 1024;
    private static final long FEW_PROCESSES = 2048;

    private MachineCheck() {}

    static List<Finding> findings() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(runtime(Runtime.version()));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            findings.add(memory(system.getTotalMemorySize()));
        }
        Path limits = Path.of("/proc/self/limits");
        if (Files.exists(limits)) {
            findings.addAll(limits(Files.readString(limits)));
        }
        if (System.getenv("LD_PRELOAD") instanceof String preload && preload.contains("eatmydata")) {
            findings.add(Finding.fail(
                    "environment", "LD_PRELOAD has libeatmydata, which ignores fsync", "unset LD_PRELOAD"));
        }
        return findings;
    }

    static Finding runtime(Runtime.Version version) {
        String found = version + " by " + System.getProperty("java.vendor", "somebody");
        return version.feature() < WANTED_JDK
                ? Finding.fail("java", found, "Trivet runs on JDK " + WANTED_JDK + " or later")
                : Finding.ok("java", found);
    }

    static Finding memory(long bytes) {
        String found = Wording.bytes(bytes);
        if (bytes < TOO_LITTLE_MEMORY) {
            return Finding.fail("memory", found, "a node needs 512 MiB and more");
        }
        return bytes < LITTLE_MEMORY
                ? Finding.warn("memory", found, "1 GiB lets the system cache what is read often")
                : Finding.ok("memory", found);
    }

    /** What {@code /proc/self/limits} says. The JVM raises its own soft limit of files to the hard one. */
    static List<Finding> limits(String text) {
        long files = hard(text, "Max open files");
        long processes = hard(text, "Max processes");
        return List.of(
                limit("open files", files, FEW_FILES, TOO_FEW_FILES, "LimitNOFILE=65536"),
                limit("processes", processes, FEW_PROCESSES, FEW_PROCESSES / 16, "TasksMax=8192"));
    }

    private static Finding limit(String check, long value, long few, long tooFew, String unit) {
        String found = value == Long.MAX_VALUE ? "without limit" : "at most " + value + " for this account, here";
        String advice = "raise it: " + unit + " in the systemd unit, or /etc/security/limits.conf";
        if (value < tooFew) {
            return Finding.fail(check, found, advice);
        }
        return value < few ? Finding.warn(check, found, advice) : Finding.ok(check, found);
    }

    private static long hard(String text, String name) {
        Matcher line = Pattern.compile("^" + name + "\\s+\\S+\\s+(\\S+)", Pattern.MULTILINE)
                .matcher(text);
        return line.find() && line.group(1).matches("\\d{1,18}") ? Long.parseLong(line.group(1)) : Long.MAX_VALUE;
    }
}
