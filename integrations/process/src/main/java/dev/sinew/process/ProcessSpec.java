// SPDX-License-Identifier: Apache-2.0
package dev.sinew.process;

import dev.sinew.Expect;
import dev.sinew.process.health.HealthCheck;
import dev.sinew.retry.Backoff;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one replica of a service is as a child process, and how it is treated.
 *
 * <p>The command must be the server itself or {@code exec} it: signals go to this one process. The
 * child inherits the whole environment of this process (PATH, HOME, JAVA_HOME, LANG and so on), then
 * {@code environment}, then its port, {@link #REGISTRY} and {@link #REPLICA_ID}. Inherited variables
 * whose names are no POSIX names (with a dot, say) may be dropped by the shell that starts it. It
 * must listen on its port and answer the health check there.
 *
 * @param service the name in logs and threads
 * @param command the program and its arguments, handed over unharmed, 1 to 1024 words
 * @param environment further variables, at most 256
 * @param portVariable the variable that tells the child its port
 * @param idPrefix how ids and log files begin
 * @param workingDirectory where it runs, or null for this process's own
 * @param logDirectory where each child's output goes, made if missing; the latest 64 ended logs are
 *     kept
 * @param largestLogBytes how long a child's log may become, 64 KiB to 1 GiB: looked at once a second,
 *     its last so many bytes are then moved to {@code ID.log.1} and it begins anew; lines that the
 *     child writes at that instant may be lost
 * @param registry the target the child announces itself at, or {@code none}
 * @param healthCheck how it is asked whether it serves
 * @param startTimeout how long a child may take to become ready, or ready again, before it is
 *     killed and replaced; 100 ms to 1 h
 * @param drainGrace from SIGTERM to SIGKILL when scaling in, and how long a {@link Doorkeeper} may
 *     take before that; 0 to 1 h
 * @param restartBackoff the wait before the second restart in a row and later ones; the first is at
 *     once, and 30 s of health end the row
 * @param onControllerLoss what becomes of the children when this process is gone
 * @param stateDirectory where the fleet is remembered, made if missing and open to one target at a
 *     time; needed to keep children, else null forgets them
 * @param archiveDirectory where AppCDS archives are kept, or null to use none
 */
public record ProcessSpec(
    String service,
    List<String> command,
    Map<String, String> environment,
    String portVariable,
    String idPrefix,
    @Nullable Path workingDirectory,
    Path logDirectory,
    long largestLogBytes,
    String registry,
    HealthCheck healthCheck,
    Duration startTimeout,
    Duration drainGrace,
    Backoff restartBackoff,
    OnControllerLoss onControllerLoss,
    @Nullable Path stateDirectory,
    @Nullable Path archiveDirectory) {

  /** The variable that tells a child where to announce itself. */
  public static final String REGISTRY = "SINEW_REGISTRY";

  /** The variable that tells a child its id. */
  public static final String REPLICA_ID = "SINEW_REPLICA_ID";

  /** The registry of a child that shall not announce itself. */
  public static final String NO_REGISTRY = "none";

  /** What a replica's id looks like. */
  static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,149}");

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Duration LONGEST = Duration.ofHours(1);

  /** What becomes of the children when this process ends. */
  public enum OnControllerLoss {
    /** They are gone within 5 s, even after kill -9. */
    STOP,
    /**
     * They go on, and the next target with the same state directory has them again; a Ctrl-C in the
     * terminal does not reach them either. It needs Linux.
     */
    KEEP
  }

  /** Checks every field and copies the collections. */
  public ProcessSpec {
    Expect.that(plain(service, 253), "process.service", service, "1 to 253 printable characters");
    command = List.copyOf(command);
    Expect.that(
        !command.isEmpty() && command.size() <= 1024,
        "process.command",
        command,
        "1 to 1024 words");
    String program = command.get(0);
    Expect.that(
        !program.isBlank() && !program.startsWith("-"), "process.command", program, "a program");
    for (String word : command) {
      Expect.that(word.indexOf('\0') < 0, "process.command", word, "words without NUL");
    }
    Expect.that(
        VARIABLE.matcher(portVariable).matches(),
        "process.port-variable",
        portVariable,
        "a variable name");
    environment = Map.copyOf(environment);
    checkEnvironment(environment, Set.of(portVariable, REGISTRY, REPLICA_ID));
    Expect.that(
        PREFIX.matcher(idPrefix).matches(),
        "process.id-prefix",
        idPrefix,
        "1 to 100 letters, digits, dots, dashes and underscores");
    Expect.that(plain(registry, 2048), "process.registry", registry, "a target or none");
    Expect.that(
        startTimeout.toMillis() >= 100 && startTimeout.compareTo(LONGEST) <= 0,
        "process.start-timeout",
        startTimeout,
        "PT0.1S to PT1H");
    Expect.that(
        !drainGrace.isNegative() && drainGrace.compareTo(LONGEST) <= 0,
        "process.drain-grace",
        drainGrace,
        "PT0S to PT1H");
    Expect.that(
        largestLogBytes >= 1 << 16 && largestLogBytes <= 1 << 30,
        "process.largest-log",
        largestLogBytes,
        "65536 to 1073741824 bytes");
    Expect.that(
        onControllerLoss == OnControllerLoss.STOP || stateDirectory != null,
        "process.state-directory",
        "none",
        "one, to keep replicas when the controller is lost");
  }

  /** Begins a spec with a service, a command and a log directory; all else has a default. */
  public static Builder builder(String service, List<String> command, Path logDirectory) {
    return new Builder(service, command, logDirectory);
  }

  /** This spec with another command. */
  ProcessSpec withCommand(List<String> words) {
    return with(words, registry, onControllerLoss);
  }

  /**
   * This spec for a child that trains: it is watched over and nobody hears of it.
   *
   * <p>It tries to announce itself at a port where nobody listens, so that the archive holds the classes
   * of an announcement, too: without them a replica is found half a second later.
   */
  ProcessSpec training() {
    return with(command, deaf(registry), OnControllerLoss.STOP);
  }

  private ProcessSpec with(List<String> words, String announcedAt, OnControllerLoss loss) {
    return new ProcessSpec(
        service,
        words,
        environment,
        portVariable,
        idPrefix,
        workingDirectory,
        logDirectory,
        largestLogBytes,
        announcedAt,
        healthCheck,
        startTimeout,
        drainGrace,
        restartBackoff,
        loss,
        stateDirectory,
        archiveDirectory);
  }

  /** A registry of the same kind that refuses every connection. */
  private static String deaf(String registry) {
    int scheme = registry.indexOf("://");
    return scheme < 0 ? NO_REGISTRY : registry.substring(0, scheme) + "://127.0.0.1:1";
  }

  private static void checkEnvironment(Map<String, String> environment, Set<String> reserved) {
    Expect.that(
        environment.size() <= 256,
        "process.environment",
        environment.size(),
        "at most 256 variables");
    environment.forEach((name, value) -> {
      Expect.that(VARIABLE.matcher(name).matches(), "process.environment", name, "a variable name");
      Expect.that(
          !reserved.contains(name), "process.environment", name, "a name that is not reserved");
      Expect.that(
          value.indexOf('\0') < 0, "process.environment." + name, "…", "a value without NUL");
    });
  }

  private static boolean plain(String text, int longest) {
    return !text.isBlank()
        && text.length() <= longest
        && text.chars().noneMatch(Character::isISOControl);
  }

  /** Collects the optional settings of a {@link ProcessSpec}. */
  public static final class Builder {
    private final String service;
    private final List<String> command;
    private final Path logDirectory;
    private Map<String, String> environment = Map.of();
    private String portVariable = "PORT";
    private String idPrefix;
    private String registry = NO_REGISTRY;
    private HealthCheck healthCheck = HealthCheck.grpc();
    private Duration startTimeout = Duration.ofSeconds(30);
    // A Sinew server needs 10 s at most; the rest is margin.
    private Duration drainGrace = Duration.ofSeconds(12);
    private Backoff restartBackoff = new Backoff(Duration.ofMillis(250), 2, Duration.ofSeconds(30));
    private OnControllerLoss onControllerLoss = OnControllerLoss.STOP;
    private @Nullable Path workingDirectory;
    private long largestLogBytes = 16 << 20;
    private @Nullable Path stateDirectory;
    private @Nullable Path archiveDirectory;

    private Builder(String service, List<String> command, Path logDirectory) {
      this.service = service;
      this.command = command;
      this.logDirectory = logDirectory;
      this.idPrefix = service;
    }

    /** Further variables of the child; none by default. */
    public Builder environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    /** The variable that tells the child its port; PORT by default. */
    public Builder portVariable(String name) {
      portVariable = name;
      return this;
    }

    /** How ids begin; the service's name by default. */
    public Builder idPrefix(String prefix) {
      idPrefix = prefix;
      return this;
    }

    /** Where the child announces itself; nowhere by default. */
    public Builder registry(String target) {
      registry = target;
      return this;
    }

    /** How the child is asked whether it serves; by gRPC by default. */
    public Builder healthCheck(HealthCheck check) {
      healthCheck = check;
      return this;
    }

    /** How long a child may take to become ready; 30 s by default. */
    public Builder startTimeout(Duration timeout) {
      startTimeout = timeout;
      return this;
    }

    /** From SIGTERM to SIGKILL when scaling in; 12 s by default. */
    public Builder drainGrace(Duration grace) {
      drainGrace = grace;
      return this;
    }

    /** The wait before restarts in a row; 250 ms doubling to 30 s by default. */
    public Builder restartBackoff(Backoff backoff) {
      restartBackoff = backoff;
      return this;
    }

    /** What becomes of the children when this process is gone; they stop by default. */
    public Builder onControllerLoss(OnControllerLoss choice) {
      onControllerLoss = choice;
      return this;
    }

    /** Where the child runs; where this process does by default. */
    public Builder workingDirectory(@Nullable Path directory) {
      workingDirectory = directory;
      return this;
    }

    /** How long a child's log may become; 16 MiB by default. */
    public Builder largestLogBytes(long bytes) {
      largestLogBytes = bytes;
      return this;
    }

    /** Where the fleet is remembered; nowhere by default. */
    public Builder stateDirectory(@Nullable Path directory) {
      stateDirectory = directory;
      return this;
    }

    /** Where AppCDS archives are kept; none are used by default. */
    public Builder archiveDirectory(Path directory) {
      archiveDirectory = directory;
      return this;
    }

    /**
     * The spec.
     *
     * @throws IllegalArgumentException if a setting is not as {@link ProcessSpec} expects it
     */
    public ProcessSpec build() {
      return new ProcessSpec(
          service,
          command,
          environment,
          portVariable,
          idPrefix,
          workingDirectory,
          logDirectory,
          largestLogBytes,
          registry,
          healthCheck,
          startTimeout,
          drainGrace,
          restartBackoff,
          onControllerLoss,
          stateDirectory,
          archiveDirectory);
    }
  }
}
