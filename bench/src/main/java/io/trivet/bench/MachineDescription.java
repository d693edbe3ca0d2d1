package io.trivet.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Where and when something was measured, in words. */
public final class MachineDescription {
    private final Path checkout;
    private final Path disk;

    public MachineDescription(Path checkout, Path disk) {
        this.checkout = checkout;
        this.disk = disk;
    }

    public String described() throws IOException {
        String changed = git("status", "--porcelain", "--untracked-files=no").isEmpty() ? "" : " and changes to it";
        return "Commit " + git("rev-parse", "--short", "HEAD") + changed + ", " + now() + ". "
                + Runtime.getRuntime().availableProcessors() + " cores ("
                + valueIn("/proc/cpuinfo", "model name") + "), " + memory() + ", "
                + Tool.run("uname", "-sr").strip() + ", Java " + Runtime.version() + "; one disk for all ("
                + Files.getFileStore(disk).type() + "), addresses of this machine only.";
    }

    private String git(String... words) throws IOException {
        String[] command = new String[words.length + 3];
        command[0] = "git";
        command[1] = "-C";
        command[2] = checkout.toString();
        System.arraycopy(words, 0, command, 3, words.length);
        return Tool.run(command).strip();
    }

    private static String memory() throws IOException {
        long kibibytes = Long.parseLong(valueIn("/proc/meminfo", "MemTotal").replaceAll("\\D", ""));
        return Math.round(kibibytes / 1048576.0) + " GiB";
    }

    /** The value of the first line {@code key: value}; a question mark if there is none. */
    private static String valueIn(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("?");
    }

    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The load averages of 1, 5 and 15 minutes. */
    public static String load() throws IOException {
        String all = Files.readString(Path.of("/proc/loadavg"));
        return String.join(" ", List.of(all.split(" ")).subList(0, 3));
    }
}
