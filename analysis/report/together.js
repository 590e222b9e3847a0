/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorts the tables of the page by the column that is clicked, and folds what is
   foldable; on paper nothing is folded. Without it the page is as good. */
(function () {
	"use strict";
	function key(row, column) {
		var cell = row.cells[column];
		if (!cell) return "";
		var value = cell.dataset.v;
		if (value !== undefined) return value === "" ? "" : parseFloat(value);
		return cell.textContent.trim();
	}
	function order(a, b) {
		if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
		if (typeof a === "number" && typeof b === "number") return a - b;
		return String(a).localeCompare(String(b), "en", { numeric: true });
	}
	function sort(head, column) {
		var body = head.closest("table").tBodies[0];
		var down = head.getAttribute("aria-sort") === "ascending";
		var rows = Array.from(body.rows).map(function (row, i) {
			return { row: row, key: key(row, column), i: i };
		});
		rows.sort(function (a, b) {
			var found = order(a.key, b.key);
			if (down && a.key !== "" && b.key !== "") found = -found;
			return found || a.i - b.i;
		});
		Array.from(head.parentNode.cells).forEach(function (other) {
			other.removeAttribute("aria-sort");
		});
		head.setAttribute("aria-sort", down ? "descending" : "ascending");
		rows.forEach(function (one) { body.appendChild(one.row); });
	}
	document.querySelectorAll("table.sorts thead th").forEach(function (head) {
		var button = document.createElement("button");
		button.type = "button";
		button.title = "sort by this column";
		while (head.firstChild) button.appendChild(head.firstChild);
		head.appendChild(button);
		button.addEventListener("click", function () { sort(head, head.cellIndex); });
	});
	var folds = Array.from(document.querySelectorAll("details.fold"));
	var opened = [];
	folds.forEach(function (fold) { fold.open = false; });
	window.addEventListener("beforeprint", function () {
		opened = folds.filter(function (fold) { return !fold.open; });
		opened.forEach(function (fold) { fold.open = true; });
	});
	window.addEventListener("afterprint", function () {
		opened.forEach(function (fold) { fold.open = false; });
	});
}());
