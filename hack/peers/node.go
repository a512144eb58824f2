package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Bounds of the two things done with Node.
const (
	installTimeout = 3 * time.Minute
	nodeTimeout    = 2 * time.Minute
)

//go:embed node/package.json node/judge.mjs
var nodeFiles embed.FS

// judgeByNode lets Node's driver judge. Where Node or the driver cannot be had, it says so and finds no fault.
func judgeByNode(ctx context.Context, out io.Writer, judged *served) error {
	if missing := missingPrograms("node", "npm"); missing != "" {
		fmt.Fprintf(out, "snowflake-sdk: skipped, %s is not installed\n", missing)
		return nil
	}
	folder := filepath.Join(judged.folder, "node")
	if err := copyNodeFiles(folder); err != nil {
		return err
	}
	if said, err := installNodeDriver(ctx, folder); err != nil {
		fmt.Fprintf(out, "snowflake-sdk: skipped, npm could not install it: %v\n%s", err, said)
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	judge := command(ctx, "node", "judge.mjs")
	judge.Dir, judge.Env = folder, judged.environment("NODE_NO_WARNINGS=1")
	judge.Stdout, judge.Stderr = out, out
	if err := judge.Run(); err != nil {
		return fmt.Errorf("snowflake-sdk: %w", errors.Join(errDisagrees, err))
	}
	return nil
}

// missingPrograms returns the first program that is not installed, else nothing.
func missingPrograms(programs ...string) string {
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			return program
		}
	}
	return ""
}

func copyNodeFiles(folder string) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return fmt.Errorf("make a folder for Node: %w", err)
	}
	for _, name := range []string{"package.json", "judge.mjs"} {
		text, err := nodeFiles.ReadFile("node/" + name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// installNodeDriver installs what package.json names, running none of the packages' scripts.
func installNodeDriver(ctx context.Context, folder string) (said []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	install := command(ctx, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock",
		"--fetch-retries=1", "--loglevel=error")
	install.Dir = folder
	said, err = install.CombinedOutput()
	return bytes.TrimLeft(said, "\n"), err
}
