package io.trivet.rescue;

import java.util.ArrayList;
import java.util.List;

/** Records the events of a rescue. */
final class Heard implements RescueListener {
    final List<RescuedFile> files = new ArrayList<>();
    final List<String> troubles = new ArrayList<>();
    long expected;
    long passed;

    @Override
    public void surveyed(long replicas) {}

    @Override
    public void began(long bytes) {
        expected = bytes;
    }

    @Override
    public void passed(long bytes) {
        passed += bytes;
    }

    @Override
    public void trouble(String what) {
        troubles.add(what);
    }

    @Override
    public void file(RescuedFile file) {
        files.add(file);
    }
}
