package io.trivet.packages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/** A library for the packages: unchanged, or without what this platform does not use. */
record Jar(Path file) {
    /**
     * Copies it byte for byte, unless it has native libraries of other platforms, signatures, or
     * classes too old for the cache.
     */
    void put(Path target, Platform platform, Instant time) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            List<JarEntry> entries = new ArrayList<>(jar.stream()
                    .filter(entry -> platform.keeps(entry.getName()) && !isSignature(entry))
                    .toList());
            if (entries.size() == jar.size() && !isOld(jar, entries)) {
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                return;
            }
            write(jar, entries, target, time);
        }
    }

    private static boolean isOld(JarFile jar, List<JarEntry> entries) throws IOException {
        for (JarEntry entry : entries) {
            if (isClass(entry)) {
                try (InputStream in = jar.getInputStream(entry)) {
                    byte[] start = in.readNBytes(8);
                    return ((start[6] << 8) | (start[7] & 0xff)) < java.lang.classfile.ClassFile.JAVA_6_VERSION;
                }
            }
        }
        return false;
    }

    /**
     * Java would verify signatures class by class at each start, and excludes signed classes from
     * shared archives.
     */
    private static boolean isSignature(JarEntry entry) {
        return entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }

    private static boolean isClass(JarEntry entry) {
        return entry.getName().endsWith(".class") && !entry.getName().endsWith("module-info.class");
    }

    /** The manifest first, as readers of jars expect; the others by name. */
    private void write(JarFile jar, List<JarEntry> entries, Path target, Instant time) throws IOException {
        entries.sort(Comparator.comparing((JarEntry entry) -> !entry.getName().equals(JarFile.MANIFEST_NAME))
                .thenComparing(JarEntry::getName));
        try (URLClassLoader classes = new URLClassLoader(new URL[] {file.toUri().toURL()}, null);
                OutputStream file = Files.newOutputStream(target);
                JarOutputStream out = new JarOutputStream(file)) {
            ModernClasses modern = new ModernClasses(classes);
            for (JarEntry entry : entries) {
                byte[] bytes = read(jar, entry);
                JarEntry written = new JarEntry(entry.getName());
                written.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
                out.putNextEntry(written);
                out.write(isClass(entry) ? modern.modern(bytes) : bytes);
                out.closeEntry();
            }
        }
    }

    private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
