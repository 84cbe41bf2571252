package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

const (
	tallest = 6000 // CSS pixels that a page may be high
	scale   = 1.0  // pixels for each of them
	colours = 16   // of a picture: four bits a pixel
)

// chromium finds a browser to draw with.
func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no chromium to draw with (apt-get install chromium fonts-liberation)")
}

// browse has the browser do one thing with a page, with a profile of its own. It runs as
// whoever runs the tests, who may be root, and reads pages of ours only: so it needs no
// sandbox.
func browse(ctx context.Context, browser, profile string, args ...string) ([]byte, error) {
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
		"--user-data-dir=" + profile, "--host-resolver-rules=MAP * ~NOTFOUND",
	}, args...)
	cmd := exec.CommandContext(ctx, browser, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", browser, err, &stderr)
	}
	return out, nil
}

// draw makes the picture of a page that was written to a folder.
func draw(ctx context.Context, browser, folder string, p page) error {
	work, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	defer os.RemoveAll(work)
	html, err := filepath.Abs(filepath.Join(folder, p.name+".html"))
	if err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	shot := filepath.Join(work, "shot.png")
	if _, err := browse(ctx, browser, filepath.Join(work, "profile"),
		fmt.Sprintf("--force-device-scale-factor=%.1f", scale), fmt.Sprintf("--window-size=%d,%d", p.width, tallest), "--screenshot="+shot, "file://"+html); err != nil {
		return err
	}
	text, err := os.ReadFile(shot)
	if err != nil {
		return fmt.Errorf("draw %s: %w", p.name, err)
	}
	whole, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("draw %s: %w", p.name, err)
	}
	small, err := shrink(whole)
	if err != nil {
		return fmt.Errorf("draw %s: %w", p.name, err)
	}
	if err := os.WriteFile(filepath.Join(folder, p.name+".png"), small, 0o600); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	return nil
}

// below is the colour of what lies below a page; see style.css.
var below = color.NRGBA{R: 0xff, B: 0xff, A: 0xff}

// shrink cuts a picture at the page's end, and takes all but its most frequent colours out
// of it.
func shrink(whole image.Image) ([]byte, error) {
	area := whole.Bounds()
	for area.Max.Y > area.Min.Y && at(whole, area.Min.X, area.Max.Y-1) == below {
		area.Max.Y--
	}
	if area.Dy() == 0 || area.Max.Y == whole.Bounds().Max.Y {
		return nil, fmt.Errorf("a page of %d rows has no end", area.Dy())
	}
	seen := map[color.NRGBA]int{}
	each(area, func(x, y int) { seen[at(whole, x, y)]++ })
	palette := frequent(seen)
	small := image.NewPaletted(area, palette)
	nearest := map[color.NRGBA]uint8{}
	for c := range seen {
		nearest[c] = uint8(palette.Index(c))
	}
	each(area, func(x, y int) { small.SetColorIndex(x, y, nearest[at(whole, x, y)]) })
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, small); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return out.Bytes(), nil
}

func each(area image.Rectangle, do func(x, y int)) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			do(x, y)
		}
	}
}

func at(img image.Image, x, y int) color.NRGBA {
	return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
}

// frequent are the colours that a picture needs most: seen often, and unlike the others.
func frequent(seen map[color.NRGBA]int) color.Palette {
	all := slices.SortedFunc(maps.Keys(seen), func(a, b color.NRGBA) int {
		return cmp.Or(cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	for len(palette) < colours {
		var best color.NRGBA
		most := 0
		for _, c := range all {
			if need := seen[c] * apart(c, palette); need > most {
				best, most = c, need
			}
		}
		if most == 0 {
			break
		}
		palette = append(palette, best)
	}
	return palette
}

// apart is how far a colour is from the nearest of a palette, as the square of a distance.
func apart(c color.NRGBA, palette color.Palette) int {
	least := 3 * 255 * 255
	for _, other := range palette {
		o := other.(color.NRGBA)
		r, g, b := int(c.R)-int(o.R), int(c.G)-int(o.G), int(c.B)-int(o.B)
		least = min(least, r*r+g*g+b*b)
	}
	return least
}
