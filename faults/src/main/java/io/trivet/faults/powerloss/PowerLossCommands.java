package io.trivet.faults.powerloss;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Serves file systems whose power can be cut. Takes one command per line, words separated by tabs,
 * and answers each with a line, {@code ok} or {@code failed} with the cause. Unmounts all when its
 * input ends.
 *
 * <pre>
 *   mount  TARGET BACKING BYTES
 *   cut    TARGET strict|journal|ordered|loose SEED
 *   fill   TARGET BYTES-LEFT
 *   free   TARGET
 *   fail   TARGET true|false
 *   show   TARGET
 * </pre>
 */
public final class PowerLossCommands {
    static final String OK = "ok";

    /** The prefix of the source of every mount; the number of the requesting process follows. */
    static final String SOURCE = "trivet-faults-";

    private final String source;
    private final Map<Path, PowerLossDisk> disks = new TreeMap<>();

    private PowerLossCommands(String source) {
        this.source = source;
    }

    /** The argument is the number of the process that sends the commands. */
    public static void main(String[] arguments) throws IOException {
        PowerLossCommands server = new PowerLossCommands(SOURCE + arguments[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(server::end, "unmount"));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            System.out.println(server.obey(line));
            System.out.flush();
        }
        System.exit(0);
    }

    private synchronized String obey(String line) {
        try {
            String said = obey(line.split("\t", -1));
            return said.isEmpty() ? OK : OK + " " + said;
        } catch (IOException | RuntimeException e) {
            return "failed " + e;
        }
    }

    private String obey(String[] words) throws IOException {
        Path target = Path.of(words[1]);
        if (words[0].equals("mount")) {
            disks.put(target, PowerLossDisk.mount(source, target, Path.of(words[2]), Long.parseLong(words[3])));
            return "";
        }
        PowerLossDisk disk = disks.get(target);
        if (disk == null) {
            throw new IOException("nothing is mounted at " + target);
        }
        switch (words[0]) {
            case "cut" -> disk.cut(SurvivalPolicy.valueOf(words[2].toUpperCase(Locale.ROOT)), Long.parseLong(words[3]));
            case "fill" -> disk.fillBut(Long.parseLong(words[2]));
            case "free" -> disk.free();
            case "fail" -> disk.fail(Boolean.parseBoolean(words[2]));
            case "show" -> {
                return disk.toString();
            }
            default -> throw new IOException("no such command: " + words[0]);
        }
        return "";
    }

    private synchronized void end() {
        for (PowerLossDisk disk : disks.values()) {
            try {
                disk.unmount();
            } catch (IOException e) {
                System.err.println("left behind: " + e.getMessage());
            }
        }
        disks.clear();
    }
}
