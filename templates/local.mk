# templates: pages and static files, installed as they are. One file a line.
nobase_dist_pkgdata_DATA += templates/alert/banner.html
nobase_dist_pkgdata_DATA += templates/alert/line.html
nobase_dist_pkgdata_DATA += templates/alert/list.html
nobase_dist_pkgdata_DATA += templates/alert/show.html
nobase_dist_pkgdata_DATA += templates/auth/sign-in.html
nobase_dist_pkgdata_DATA += templates/error.html
nobase_dist_pkgdata_DATA += templates/layout.html
nobase_dist_pkgdata_DATA += templates/static/frostguard.css
nobase_dist_pkgdata_DATA += templates/static/frostguard.js
nobase_dist_pkgdata_DATA += templates/unit/now.html
nobase_dist_pkgdata_DATA += templates/unit/readings.html
nobase_dist_pkgdata_DATA += templates/unit/rule-table.html
nobase_dist_pkgdata_DATA += templates/unit/rules.html
nobase_dist_pkgdata_DATA += templates/unit/sensor-table.html
nobase_dist_pkgdata_DATA += templates/unit/show.html
